"""What the calendar asks for: periodic jobs, each once for its period."""
