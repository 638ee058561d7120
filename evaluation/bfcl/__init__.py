"""The bridge to BFCL's multi-turn tasks: its classes as environments, its tasks over MCP, its checker as the judge."""
