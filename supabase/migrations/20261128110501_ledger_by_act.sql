-- Figures of delivery read the rows of a few acts over months. The ledger is small: it is written to by what people and deployments do.
-- squawk-ignore require-concurrent-index-creation, require-lock-timeout, require-statement-timeout
create index ledger_by_act on gantry.ledger (project, action, at);
