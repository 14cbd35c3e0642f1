"""The web listens and shows: thin views over commands and queries; it holds no rules and no SQL."""
