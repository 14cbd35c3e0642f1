"""The event log keeps: append, order, read in batches. It knows bytes and positions, not doctors."""
