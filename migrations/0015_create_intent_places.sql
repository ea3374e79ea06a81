-- A plan finds what its changes can meet by index: where intents take part in routing, and which facts are not ours.
-- Locks: intents against writes while their places are gathered; cluster_facts exclusively while it is rewritten.
create table intent_places (
  organization_id uuid not null,
  intent_id uuid not null,
  -- The Gateway a route names, `namespace/name`; empty for Ingresses, which all meet in one place.
  parent text not null,
  -- As the object words it, in lower case; `*` for any.
  host text not null,
  primary key (organization_id, intent_id, parent, host),
  foreign key (organization_id, intent_id) references intents on delete cascade
);
create index intent_places_place on intent_places (organization_id, parent, host, intent_id);
select protect_tenant_table('intent_places', 'select, insert, delete');

create function places_of_intent(of_kind text, of_namespace text, spec jsonb)
returns table (parent text, host text) language sql immutable set search_path = pg_catalog as $$
  select distinct coalesce(ref ->> 'namespace', of_namespace) || '/' || (ref ->> 'name'), lower(hostname)
  from jsonb_array_elements(coalesce(spec -> 'parentRefs', '[]')) as ref,
    jsonb_array_elements_text(
      case when jsonb_array_length(coalesce(spec -> 'hostnames', '[]')) = 0 then '["*"]' else spec -> 'hostnames' end
    ) as hostname
  where of_kind in ('HTTPRoute', 'GRPCRoute') and coalesce(ref ->> 'kind', 'Gateway') = 'Gateway'
    and coalesce(ref ->> 'group', 'gateway.networking.k8s.io') = 'gateway.networking.k8s.io'
  union
  select '', lower(coalesce(nullif(rule ->> 'host', ''), '*'))
  from jsonb_array_elements(coalesce(spec -> 'rules', '[]')) as rule where of_kind = 'Ingress'
  union
  select '', '*' where of_kind = 'Ingress' and spec ? 'defaultBackend'
$$;

-- A trigger rather than a statement of the repository: places follow from the spec alone, whoever writes it.
create function keep_intent_places() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'UPDATE' then
    if new.spec = old.spec then
      return null;
    end if;
    delete from intent_places where intent_id = new.id;
  end if;
  insert into intent_places (organization_id, intent_id, parent, host)
  select new.organization_id, new.id, p.parent, p.host from places_of_intent(new.kind, new.namespace, new.spec) p;
  return null;
end
$$;
create trigger intent_places after insert or update on intents for each row execute function keep_intent_places();

-- Row-level security is forced on owners too; for this one statement it is not.
alter table intents no force row level security;
alter table intent_places no force row level security;
insert into intent_places (organization_id, intent_id, parent, host)
select i.organization_id, i.id, p.parent, p.host from intents i, places_of_intent(i.kind, i.namespace, i.spec) p;
alter table intents force row level security;
alter table intent_places force row level security;

-- Of our own objects a cluster tells no spec; whatever has one is somebody else's.
alter table cluster_facts add column is_foreign boolean not null generated always as (
  body is not null and body like '%"spec":%'
  and key ~ '^(gateway\.networking\.k8s\.io/(Gateway|HTTPRoute|GRPCRoute)|networking\.k8s\.io/Ingress)/'
) stored;
-- What a cluster has few of and every plan asks for.
alter table cluster_facts add column is_common boolean not null generated always as (
  body is not null
  and key ~ '^(gateway\.networking\.k8s\.io/(GatewayClass|ReferenceGrant)|networking\.k8s\.io/IngressClass)/'
) stored;
create index cluster_facts_common on cluster_facts (organization_id, cluster_id) where is_common;
create index cluster_facts_foreign on cluster_facts (organization_id, cluster_id) where is_foreign;
