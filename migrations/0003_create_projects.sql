-- Projects and clusters, and what a project may place where.
-- Locks: none, the tables are new.
create table projects (
  organization_id uuid not null references organizations,
  id uuid not null,
  name text not null,
  epoch integer not null,
  n bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  unique (organization_id, name)
);
select protect_tenant_table('projects', 'select, insert, update, delete');

create table project_grants (
  organization_id uuid not null,
  project_id uuid not null,
  position integer not null,
  cluster_selector jsonb not null,
  namespaces jsonb not null,
  primary key (organization_id, project_id, position),
  foreign key (organization_id, project_id) references projects on delete cascade
);
select protect_tenant_table('project_grants', 'select, insert, update, delete');

create table clusters (
  organization_id uuid not null references organizations,
  id uuid not null,
  name text not null,
  labels jsonb not null,
  -- Groups, versions and kinds its API server serves; null until its connector said so.
  served jsonb,
  public_key bytea,
  -- The key before the last rotation, good until its time is over.
  previous_public_key bytea,
  previous_key_until timestamptz,
  kube_system_uid text,
  joined_at timestamptz,
  revoked_at timestamptz,
  epoch integer not null,
  n bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  unique (organization_id, name),
  -- A socket names only its cluster: the door finds the organization by this.
  unique (id)
);
select protect_tenant_table('clusters', 'select, insert, update, delete');
