-- The digest of each cluster's manifest, kept beside the bundle so that a hub can compare without reading every row.
-- Locks: none, the table is new.
create table manifest_digests (
  organization_id uuid not null,
  cluster_id uuid not null,
  digest text not null,
  primary key (organization_id, cluster_id),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
select protect_tenant_table('manifest_digests', 'select, insert, update, delete');
