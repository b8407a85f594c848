#!/usr/bin/env python3
"""Write two lists into `briefing/insights/words/`: English words that are usually written small (`common-en.txt`), so that a
capital at the beginning of a claim is not taken for a name, and those that hardly ever are (`names-en.txt`), so that a name
without its capital is. Learnt from the training transcripts (usage: common_words.py TRAIN_DOCS_FOLDER)."""

import re
import sys
from collections import Counter
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "briefing" / "insights" / "words"
INSIDE = re.compile(r"(?<=[a-z,] )[A-Za-z]+(?:'[a-z]+)?")
LEAST_TEXTS, COMMON, NAMES = 2, 0.9, 0.1


def main() -> None:
    small: Counter[str] = Counter()
    every: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for path in sorted(Path(sys.argv[1]).glob("*.txt")):
        words = INSIDE.findall(path.read_text("utf-8"))
        small.update(word for word in words if word.islower())
        every.update(word.lower() for word in words)
        texts.update({word.lower() for word in words})
    known = [word for word, count in texts.items() if count >= LEAST_TEXTS and len(word) > 2]
    write("common-en.txt", [word for word in known if small[word] >= COMMON * every[word]])
    write("names-en.txt", [word for word in known if small[word] <= NAMES * every[word] and len(word) > 3])


def write(name: str, words: list[str]) -> None:
    (WORDS / name).write_text("\n".join(sorted(words)) + "\n", "utf-8")
    print(f"{len(words)} words in {name}")


if __name__ == "__main__":
    main()
