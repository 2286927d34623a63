"""Three trends 三超越 (S20): a branch and its advisors against their own past, against the benchmark, and what clients perceive
against what they expect; by quarter, kept with the night."""
