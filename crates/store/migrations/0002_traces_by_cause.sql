-- The traces of refusals are listed newest first, of one cause or of all, and counted by cause.

DROP INDEX cs_traces_at;
CREATE INDEX cs_traces_recent ON cs_traces (at, id, cause);
CREATE INDEX cs_traces_cause ON cs_traces (cause, at, id);
