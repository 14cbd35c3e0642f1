"""Runtime plugs the house together: settings, clock, database, processes, command line."""
