-- What each cluster is to hold: object key to content digest. Bodies are kept once per organization and content.
-- Locks: none, the tables are new.
create table object_bodies (
  organization_id uuid not null references organizations,
  digest text not null,
  body text not null,
  primary key (organization_id, digest)
);
select protect_tenant_table('object_bodies', 'select, insert, delete');

create table bundle_objects (
  organization_id uuid not null,
  cluster_id uuid not null,
  -- Byte order, so that a manifest has one order everywhere.
  key text collate "C" not null,
  -- Null: a tombstone, kept until the cluster has acknowledged it.
  digest text,
  intent_id uuid not null,
  intent_kind text not null,
  epoch integer not null,
  n bigint not null,
  primary key (organization_id, cluster_id, key),
  foreign key (organization_id, cluster_id) references clusters on delete cascade,
  foreign key (organization_id, digest) references object_bodies
);
create index bundle_objects_revision on bundle_objects (organization_id, cluster_id, epoch, n, key);
-- Few at any time: acknowledging must not look at the whole bundle.
create index bundle_objects_tombstones on bundle_objects (organization_id, cluster_id, epoch, n) where digest is null;
create index bundle_objects_intent on bundle_objects (organization_id, intent_id);
create index bundle_objects_digest on bundle_objects (organization_id, digest);
select protect_tenant_table('bundle_objects', 'select, insert, update, delete');
