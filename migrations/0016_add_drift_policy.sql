-- What connectors do when others change an intent's objects. The default is what every version before this did.
-- Locks: intents exclusively for an instant; a constant default rewrites no row.
alter table intents add column drift_policy text not null default 'revert' check (drift_policy in ('revert', 'report'));
