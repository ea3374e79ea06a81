-- What serves in a cluster, as its connector says in `hello`; null: it is too old to say, or has not connected since.
-- Locks: cluster_states exclusively for an instant; a column without a default rewrites no row.
alter table cluster_states add column data_plane jsonb;
