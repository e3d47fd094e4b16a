"""The least change, the path over the ladder, the next question."""
