-- Which process of a connector holds a socket, and connectors that were refused because a cluster had one already: how a copied identity is told from one that comes back.
-- Locks: hub_leases and clusters exclusively for an instant (constant defaults rewrite no row); the index is built under a share lock on clusters, which is small.
alter table hub_leases add column process text not null default '';
-- Who was put out while it was still there, lately: [{"process", "at"}].
alter table hub_leases add column ousted jsonb not null default '[]';

create table cluster_clones (
  organization_id uuid not null,
  cluster_id uuid not null,
  -- Another Kubernetes cluster with this one's identity, or two connectors in turn.
  reason text not null check (reason in ('other_cluster', 'second_connector')),
  -- Of the cluster whose connector was refused last.
  kube_system_uid text not null,
  since timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (organization_id, cluster_id, reason),
  foreign key (organization_id, cluster_id) references clusters on delete cascade
);
select protect_tenant_table('cluster_clones', 'select, insert, update, delete');

-- Which clusters of an organization are one Kubernetes cluster.
create index clusters_kube_system_uid on clusters (organization_id, kube_system_uid);
