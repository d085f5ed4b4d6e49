"""The query catalogue: reads .rq files, binds their parameters, runs them, writes the results."""
