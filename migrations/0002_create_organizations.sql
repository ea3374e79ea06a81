-- An organization and its revision counter; the counter is a row of its own because every change locks and rewrites it.
-- Locks: none, the tables are new.
create table organizations (
  organization_id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);
select protect_tenant_table('organizations', 'select, insert, update');

-- The row lock taken to raise n is held until commit: this is what makes commit order revision order.
create table revision_counters (
  organization_id uuid primary key references organizations,
  epoch integer not null default 1,
  n bigint not null default 0
);
select protect_tenant_table('revision_counters', 'select, insert, update');

-- How far the organization's log has been rendered into bundles.
create table render_cursors (
  organization_id uuid primary key references organizations,
  epoch integer not null default 1,
  n bigint not null default 0
);
select protect_tenant_table('render_cursors', 'select, insert, update');
