"""Three-valued reasoning: statuses, scores, findings, what is missing, and why."""
