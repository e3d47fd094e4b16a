"""What is due when for a title holder or an applicant."""
