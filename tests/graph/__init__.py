"""Graphs: publishing, stores, queries."""
