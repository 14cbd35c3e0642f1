"""The domain decides: aggregates that record events, the rules, the commands, the ports."""

from domain import catalogue as catalogue
