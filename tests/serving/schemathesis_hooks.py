"""What schemathesis is told: a query in a body is sent as it is."""

import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
