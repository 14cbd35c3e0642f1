"""The event log keeps: append, order, read in batches. It knows positions, not doctors."""
