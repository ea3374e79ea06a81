-- The narrow doors of docs/adr/0003: functions that look across organizations, as a role that may read just the columns they need.
-- Locks: policies and grants on new tables only.
create policy door on organizations for select to fairlead_door using (true);
grant select (organization_id) on organizations to fairlead_door;
create policy door on revision_counters for select to fairlead_door using (true);
grant select on revision_counters to fairlead_door;
create policy door on render_cursors for select to fairlead_door using (true);
grant select on render_cursors to fairlead_door;
create policy door on api_tokens for select to fairlead_door using (true);
grant select on api_tokens to fairlead_door;
create policy door on join_tokens for select to fairlead_door using (true);
grant select on join_tokens to fairlead_door;
create policy door on clusters for select to fairlead_door using (true);
grant select (organization_id, id, public_key, previous_public_key, previous_key_until, kube_system_uid, revoked_at)
  on clusters to fairlead_door;
create policy door_select on outbox for select to fairlead_door using (true);
-- Locking a row to take it asks for the right to update it.
create policy door_update on outbox for update to fairlead_door using (true);
create policy door_delete on outbox for delete to fairlead_door using (true);
grant select, update, delete on outbox to fairlead_door;
create policy door_select on hub_leases for select to fairlead_door using (true);
create policy door_update on hub_leases for update to fairlead_door using (true) with check (true);
grant select, update (seen_at, expires_at) on hub_leases to fairlead_door;

-- Gives nothing unless id and hash of a token in force are both right.
create function door_find_token(token uuid, hash text)
returns table (organization_id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.organization_id, t.name from public.api_tokens t
  where t.id = token and t.sha256 = hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
$$;

create function door_find_join_token(token uuid, hash text)
returns table (organization_id uuid, cluster_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.organization_id, t.cluster_id from public.join_tokens t where t.id = token and t.sha256 = hash
$$;

create function door_find_cluster(cluster uuid)
returns table (organization_id uuid, public_key bytea, previous_public_key bytea, kube_system_uid text, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.organization_id, c.public_key, case when c.previous_key_until > now() then c.previous_public_key end,
    c.kube_system_uid, c.revoked_at
  from public.clusters c where c.id = cluster
$$;

create function door_organizations()
returns table (organization_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select o.organization_id from public.organizations o order by o.organization_id
$$;

create function door_lagging_organizations(at_most integer)
returns table (organization_id uuid, epoch integer, n bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.organization_id, r.epoch, r.n
  from public.revision_counters r join public.render_cursors c on c.organization_id = r.organization_id
  where (c.epoch, c.n) < (r.epoch, r.n) limit at_most
$$;

-- Rows another relay is taking are passed over; they come back should its transaction fail.
create function door_take_outbox(at_most integer)
returns table (organization_id uuid, epoch integer, n bigint)
language sql volatile security definer set search_path = pg_catalog, public as $$
  delete from public.outbox o
  where o.id in (select i.id from public.outbox i order by i.id limit at_most for update skip locked)
  returning o.organization_id, o.epoch, o.n
$$;

-- Gives the clusters whose lease is still this holder's.
create function door_renew_leases(lease_holder text, clusters uuid[], fences bigint[], ttl_ms bigint)
returns table (cluster_id uuid)
language sql volatile security definer set search_path = pg_catalog, public as $$
  update public.hub_leases l set seen_at = now(), expires_at = now() + ttl_ms * interval '1 millisecond'
  from unnest(clusters, fences) as held (cluster_id, fence)
  where l.cluster_id = held.cluster_id and l.fence = held.fence and l.holder = lease_holder
  returning l.cluster_id
$$;
create index hub_leases_cluster on hub_leases (cluster_id);

do $$
declare
  door regprocedure;
begin
  execute format('grant fairlead_door to %I', current_user);
  grant create on schema public to fairlead_door;
  for door in select oid::regprocedure from pg_proc where proname like 'door\_%' and pronamespace = 'public'::regnamespace loop
    execute format('alter function %s owner to fairlead_door', door);
    execute format('revoke all on function %s from public', door);
    execute format('grant execute on function %s to fairlead_app', door);
  end loop;
  revoke create on schema public from fairlead_door;
end
$$;
