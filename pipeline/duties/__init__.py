"""What the calendar asks for: school weeks, quota, periodic jobs."""
