"""What the GitHub Action says: texts out of a report, and the two steps that carry them (`python -m`).

`summary`, `annotations`, `comment` and `outputs` are pure functions; `pulls` speaks to GitHub, and only
`evidence_check.github.__main__` reads the environment, starts the scan and writes files.
"""
