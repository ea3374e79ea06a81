-- The runtime owns nothing and cannot pass row-level security; the door role owns the few functions that look across organizations.
-- Locks: none beyond the new catalogue rows; roles may exist already when several databases share a server.
do $$
begin
  if not exists (select from pg_roles where rolname = 'fairlead_app') then
    create role fairlead_app nologin noinherit nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'fairlead_door') then
    create role fairlead_door nologin noinherit nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;
end
$$;

revoke all on schema public from public;
grant usage on schema public to fairlead_app, fairlead_door;

-- What every tenant table gets: row-level security that binds its owner too, and one policy for all verbs.
-- Without the variable, or with an empty one, nothing matches.
create function protect_tenant_table(target regclass, verbs text) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
  execute format('alter table %s enable row level security, force row level security', target);
  execute format(
    'create policy tenant on %s for all to public '
    'using (organization_id = nullif(current_setting(''fairlead.organization'', true), '''')::uuid) '
    'with check (organization_id = nullif(current_setting(''fairlead.organization'', true), '''')::uuid)',
    target);
  execute format('grant %s on %s to fairlead_app', verbs, target);
end
$$;
revoke all on function protect_tenant_table from public;
