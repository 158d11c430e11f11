"""`python -m evidence_check` is the `evidence-check` command."""

from evidence_check.cli import main

if __name__ == "__main__":
    main()
