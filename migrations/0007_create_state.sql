-- What comes back: watermarks and exceptions per cluster and node (never a row per object and node), their history, and socket leases.
-- Locks: none, the tables are new.
create table cluster_states (
  organization_id uuid not null,
  cluster_id uuid not null,
  sent_epoch integer,
  sent_n bigint,
  received_epoch integer,
  received_n bigint,
  applied_epoch integer,
  applied_n bigint,
  rejections jsonb not null default '[]',
  connector_version text,
  kubernetes_version text,
  reported_at timestamptz,
  primary key (organization_id, cluster_id),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
select protect_tenant_table('cluster_states', 'select, insert, update, delete');

create table node_states (
  organization_id uuid not null,
  cluster_id uuid not null,
  node text not null,
  -- Null: the node is there and has not reported.
  epoch integer,
  n bigint,
  exceptions jsonb not null default '[]',
  reported_at timestamptz,
  primary key (organization_id, cluster_id, node),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
select protect_tenant_table('node_states', 'select, insert, update, delete');

-- The first row with a revision not below r says when r was reached. Pruned by age.
create table watermarks (
  organization_id uuid not null,
  cluster_id uuid not null,
  -- Empty for the cluster's own stages.
  node text not null,
  stage text not null check (stage in ('sent', 'received', 'applied', 'proxied')),
  epoch integer not null,
  n bigint not null,
  at timestamptz not null default clock_timestamp(),
  primary key (organization_id, cluster_id, node, stage, epoch, n),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
create index watermarks_age on watermarks (organization_id, at);
select protect_tenant_table('watermarks', 'select, insert, delete');

create table hub_leases (
  organization_id uuid not null,
  cluster_id uuid not null,
  holder text not null,
  -- Grows with every owner; a write that shows an older one is refused.
  fence bigint not null,
  -- When the connector was last heard: only sockets that are alive are renewed.
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (organization_id, cluster_id),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
select protect_tenant_table('hub_leases', 'select, insert, update, delete');
