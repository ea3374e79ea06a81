-- The append-only revision log, its projection (intents and their claims), and the outbox that announces it.
-- Locks: none, the tables are new.
create table revisions (
  organization_id uuid not null references organizations,
  epoch integer not null,
  n bigint not null,
  -- clock_timestamp, not the start of the transaction: a stage time is measured from here.
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null check (action in ('create', 'update', 'delete')),
  subject text not null check (subject in ('intent', 'project', 'cluster')),
  subject_id uuid not null,
  kind text,
  project_id uuid,
  body jsonb not null,
  primary key (organization_id, epoch, n)
);
create index revisions_subject on revisions (organization_id, subject_id, epoch, n);
create index revisions_project on revisions (organization_id, project_id, epoch, n);
select protect_tenant_table('revisions', 'select, insert');

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: the log is append-only', tg_op, tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger append_only before update or delete on revisions for each row execute function refuse_change();
create trigger append_only_whole before truncate on revisions for each statement execute function refuse_change();

create table intents (
  organization_id uuid not null,
  id uuid not null,
  project_id uuid not null,
  kind text not null,
  api_version text not null,
  namespace text not null,
  name text not null,
  labels jsonb not null,
  placement jsonb not null,
  spec jsonb not null,
  epoch integer not null,
  n bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  unique (organization_id, project_id, kind, namespace, name),
  foreign key (organization_id, project_id) references projects
);
create index intents_listed on intents (organization_id, project_id, kind, id);
-- The intents that would be the same object of a cluster.
create index intents_object on intents (organization_id, kind, namespace, name);
select protect_tenant_table('intents', 'select, insert, update, delete');

create table claims (
  organization_id uuid not null,
  cluster_id uuid not null,
  intent_id uuid not null,
  kind text not null,
  namespace text not null,
  name text not null,
  -- A held claim waits for the live one of its object to go.
  held boolean not null default false,
  -- When it was first asked for: who has waited longest comes next.
  since_epoch integer not null,
  since_n bigint not null,
  primary key (organization_id, cluster_id, intent_id),
  foreign key (organization_id, cluster_id) references clusters on delete cascade,
  foreign key (organization_id, intent_id) references intents on delete cascade
);
create unique index claims_live on claims (organization_id, cluster_id, kind, namespace, name) where not held;
create index claims_intent on claims (organization_id, intent_id);
create index claims_held on claims (organization_id, cluster_id, kind, namespace, name) where held;
select protect_tenant_table('claims', 'select, insert, update, delete');

create table outbox (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations,
  epoch integer not null,
  n bigint not null,
  created_at timestamptz not null default clock_timestamp()
);
create index outbox_organization on outbox (organization_id);
select protect_tenant_table('outbox', 'select, insert');
