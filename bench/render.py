"""A mail's HTML from remembered fragments, beside Markdown and inlining anew: `python -m bench.render`. Processor time."""

from bench.delivery.throughput import rendering


def main() -> None:
    joined, anew = rendering()
    print(f"HTML from remembered fragments: {joined * 1000:.2f} ms a mail")
    print(f"Markdown, sanitiser and inlining anew: {anew * 1000:.1f} ms a mail, {anew / joined:.0f} times as long")


if __name__ == "__main__":
    main()
