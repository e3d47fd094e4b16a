"""Tools for assistants, asked over the protocol."""
