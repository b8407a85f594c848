"""What people write that is no TOML, and the words that tell them so."""

from dataclasses import dataclass

HEADER = "a table is written [name], one of a list [[name]]: no space between the brackets, and as many closed as opened"
UNCLOSED_LIST = "a list is not closed: a bracket (]) or a comma between its items is missing"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Told when both patterns are found: `error` in tomllib's message, `source` in the line it names."""

    error: str
    source: str
    words: str


EXPLANATIONS = (
    Explanation(
        "",
        r"^(<{7}|={7}|>{7}|\|{7})(\s|$)",
        "a merge conflict stands here (<<<<<<<, =======, >>>>>>>): keep one side, drop the marks",
    ),
    Explanation("", r"^\s*\{|^\s*\[\s*\{", "this is JSON; the file is TOML: tables in [brackets] with `key = value` lines below"),
    Explanation("", r"^\s*<", "this is XML; if it is a list of feeds (OPML), `briefing feeds import FILE` takes it"),
    Explanation("", r"^\s*https?://", 'a feed is a table: a line [[feeds]], and below it url = "..."'),
    Explanation("", "[“”„‟‘’‚«»]", 'typographic quotes: a string stands in straight quotes, "like this"'),
    Explanation(
        "Illegal character '\\\\n'|Unterminated|Expected \"'''\"", "", "a string is not closed: its end quote is missing"
    ),
    Explanation(
        r"Illegal character|Found invalid character", "", "a control character, which TOML does not allow: delete it ({detail})"
    ),
    Explanation(
        "Unescaped|hex value|Unicode scalar",
        "",
        "a backslash begins an escape that TOML does not know: double it (\\\\), or use 'single quotes'",
    ),
    Explanation("Expected '='", r"^\s*[\w.-]+\s*:", "`{name}` is followed by a colon: TOML has an equals sign, {name} = ..."),
    Explanation("Expected '='", "", "an equals sign (=) is missing after `{name}`"),
    Explanation("Expected '\\]", "", "a closing bracket (]) is missing at the end of the table's name"),
    Explanation(
        "Cannot declare",
        r"^\s*\[\s*(feeds|mailboxes)\s*\]",
        "[{name}] stands here already: write [[{name}]] with double brackets, as often as you like",
    ),
    Explanation("Cannot declare", "", "the table [{name}] stands here twice: put its keys under the first one"),
    Explanation("Cannot (overwrite|mutate)|Duplicate", "", "`{name}` is set twice in the same table: keep one of the two"),
    Explanation("", r"=\s*(True|TRUE|False|FALSE)\b", "a boolean is written in lower case: true or false"),
    Explanation("", r"=\s*(yes|no|on|off|Yes|No|On|Off)\s*(#.*)?$", "a boolean is written true or false; text stands in quotes"),
    Explanation("", r"=\s*(None|null|nil)\b", "TOML has no empty value: leave the key out"),
    Explanation("", r"=\s*\d\d?:\d\d\s*(#.*)?$", 'a time of day stands in quotes, such as "07:00"'),
    Explanation("", r"=\s*[+-]?(\.\d|\d+\.(\D|$))", "a number has a digit on both sides of its point, such as 0.5"),
    Explanation("", r"=\s*[+-]?0\d", "a number does not begin with a zero"),
    Explanation("", r"=\s*\d+(\.\d+)?\s*[A-Za-z]+\s*(#.*)?$", 'a value with a unit stands in quotes, such as "30m"'),
    Explanation("Invalid value", r"=\s*(#.*)?$", "the value of `{name}` is missing"),
    Explanation("Invalid value", r"=\s*\[?\s*[^\s\"'\[{]", 'text stands in quotes: {name} = "..."'),
    Explanation("Unclosed array", "", UNCLOSED_LIST),
    Explanation(
        "Unclosed inline table|Invalid initial character",
        r"\{",
        "a table in braces stands on one line, with its closing brace (}})",
    ),
    Explanation("Invalid statement|Invalid initial", r"^\s*(//|;|--|/\*)", "a comment begins with #"),
    Explanation("Invalid|after a statement", r"^\s*\[", HEADER),
    Explanation("Invalid statement", "", 'this is neither a [table] nor a line key = "value"'),
    Explanation("after a statement", r",\s*(#.*)?$", "a comma stands at the end of the line: TOML has none there"),
    Explanation(
        "after a statement",
        "",
        'something follows the value: one key a line, comments behind #, quotes round text and escaped (\\") inside it',
    ),
)
