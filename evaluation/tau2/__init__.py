"""The bridge to tau2-bench: tasks as domains of its own whose reward is ours, and its domains as environments of ours.

`folder.write_domains` writes what `domain.main` runs beside tau2; `wrapped.emit` writes the server of a domain.
"""
