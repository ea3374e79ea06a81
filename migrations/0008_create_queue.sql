-- The embedded queue. Its messages are hints that name an organization and a revision and hold nothing a tenant wrote: no tenant tables.
-- Locks: none, the tables are new.
create table queue_messages (
  id bigint generated always as identity primary key,
  queue text not null,
  body text not null,
  visible_at timestamptz not null default clock_timestamp(),
  receives integer not null default 0,
  -- Changes with every receive, so that a late worker cannot remove what another has now.
  receipt uuid,
  created_at timestamptz not null default clock_timestamp()
);
create index queue_messages_due on queue_messages (queue, visible_at, id);
-- Rows come and go all day: vacuum by count, not by share.
alter table queue_messages set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create table queue_dead_letters (
  id bigint primary key,
  queue text not null,
  body text not null,
  receives integer not null,
  created_at timestamptz not null,
  died_at timestamptz not null default clock_timestamp()
);
create index queue_dead_letters_queue on queue_dead_letters (queue, id);

grant select, insert, update, delete on queue_messages, queue_dead_letters to fairlead_app;
