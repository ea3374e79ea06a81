-- Annotations of an intent, rendered onto its objects. Absent means none, also to the processes of the version before this.
-- Locks: intents exclusively for an instant; a constant default rewrites no row.
alter table intents add column annotations jsonb not null default '{}';
