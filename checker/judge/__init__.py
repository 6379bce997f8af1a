"""Pure arithmetic: thresholds, ratios, budgets, burn rates, percentiles, confidence."""
