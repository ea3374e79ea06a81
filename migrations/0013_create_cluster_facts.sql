-- What the cloud must know of a cluster besides what it wrote itself: trimmed Kubernetes objects that the connector reports.
-- Locks: none, the tables are new.
create table cluster_fact_heads (
  organization_id uuid not null,
  cluster_id uuid not null,
  -- Grows with every change of the cluster's facts.
  version bigint not null,
  -- The connector's own digest of what it has told so far; empty while it is telling everything anew.
  digest text not null,
  objects integer not null,
  bytes bigint not null,
  -- Objects that did not fit, by kind.
  left_out jsonb not null default '{}',
  -- Tombstones up to this version are gone: who knows an older version reads everything.
  pruned_through bigint not null default 0,
  observed_at timestamptz not null,
  primary key (organization_id, cluster_id),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
select protect_tenant_table('cluster_fact_heads', 'select, insert, update, delete');

create table cluster_facts (
  organization_id uuid not null,
  cluster_id uuid not null,
  -- Byte order, so that a range of keys means the same at both ends.
  key text collate "C" not null,
  -- Null: a tombstone, for those who know an older version.
  body text,
  -- The version that last changed it.
  version bigint not null,
  primary key (organization_id, cluster_id, key),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
create index cluster_facts_version on cluster_facts (organization_id, cluster_id, version);
create index cluster_facts_tombstones on cluster_facts (organization_id, cluster_id, version) where body is null;
select protect_tenant_table('cluster_facts', 'select, insert, update, delete');
