create schema if not exists $schema;

create table if not exists $schema.state (
    key text collate "C" primary key,
    version bigint not null,
    value bytea not null
) with (fillfactor = 80);

create table if not exists $schema.history (
    key text collate "C" primary key,
    version bigint not null,
    value bytea not null
) partition by range (key);

create table if not exists $schema.commits (
    id text collate "C" primary key,
    at timestamptz not null default clock_timestamp(),
    version bigint,
    history boolean,
    key text collate "C",
    current bigint,
    value bytea
);

create index if not exists commits_at on $schema.commits using brin (at);

create sequence if not exists $schema.versions;

create or replace function $schema.as_text(value bytea) returns text language plpgsql immutable as $body$
begin
    return convert_from(value, 'UTF8');
exception when others then
    return encode(value, 'escape');
end
$body$;

create or replace view $schema.readable as
    select 'state' as space, key, version, $schema.as_text(value) as value from $schema.state
    union all
    select 'history' as space, key, version, $schema.as_text(value) as value from $schema.history;
