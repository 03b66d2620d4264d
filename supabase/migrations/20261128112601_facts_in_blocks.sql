set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What is read of an event stands before what its client sent, in the same block: `fact_size` bytes that end at `payload_from`.
-- Packed by itself it took a tenth of all the work of storing an event, and ten times the bytes. Null in rows of before, which
-- have it in `packed` or `body`.
alter table gantry.kept_events add column fact_size bigint;
