-- Bearer secrets, stored as SHA-256 alone: API tokens, and the one-time tokens a cluster joins with.
-- Locks: none, the tables are new.
create table api_tokens (
  organization_id uuid not null references organizations,
  id uuid not null,
  name text not null,
  sha256 text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (organization_id, id),
  unique (id)
);
select protect_tenant_table('api_tokens', 'select, insert, update');

create table join_tokens (
  organization_id uuid not null,
  id uuid not null,
  cluster_id uuid not null,
  sha256 text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (organization_id, id),
  unique (id),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
create index join_tokens_cluster on join_tokens (organization_id, cluster_id);
select protect_tenant_table('join_tokens', 'select, insert, update, delete');
