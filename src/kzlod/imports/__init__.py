"""Tables and files of others as sources of facts: reads CSV, TSV and Popolo, yields tables with what they say."""
