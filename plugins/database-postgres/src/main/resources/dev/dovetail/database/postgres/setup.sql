-- Prepares a database for functions: run once, and again to change the key, as the database's owner.
--
--   psql -v login=dovetail_functions -v role=shop_functions -v key=$(openssl rand -hex 32) -f setup.sql shop
--
-- The roles are made before, for example:
--
--   create role shop_functions nologin;
--   create role dovetail_functions login noinherit password '...';
--   grant shop_functions to dovetail_functions;          -- from PostgreSQL 16 on: with inherit false, set true
--
-- Tables have policies that ask who calls, in brackets with a select so that it is asked once a statement:
--
--   alter table orders enable row level security;
--   create policy tenant on orders using (tenant = (select dovetail.tenant()));

begin;

create schema if not exists dovetail;
revoke all on schema dovetail from public;
grant usage on schema dovetail to :"role";

create table if not exists dovetail.seal (
  one boolean primary key default true check (one),
  inner_key bytea not null,
  outer_key bytea not null
);
revoke all on dovetail.seal from public;

-- the two keys of HMAC, which differ from the given one by what is mixed into it
create or replace function pg_temp.mixed(key bytea, other int) returns bytea language plpgsql as $$
declare
  mixed bytea := key || decode(repeat('00', 64 - length(key)), 'hex');
begin
  for i in 0..63 loop
    mixed := set_byte(mixed, i, get_byte(mixed, i) # other);
  end loop;
  return mixed;
end
$$;

insert into dovetail.seal (inner_key, outer_key)
  values (pg_temp.mixed(decode(:'key', 'hex'), 54), pg_temp.mixed(decode(:'key', 'hex'), 92))
  on conflict (one) do update set inner_key = excluded.inner_key, outer_key = excluded.outer_key;

-- Who calls. Settings can be written by any statement, so what is read from them counts only with the seal of Dovetail's
-- key, and only in the transaction that it was sealed for.
create or replace function dovetail.context() returns jsonb
  language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  told text := current_setting('dovetail.context', true);
  keys dovetail.seal;
  context jsonb;
begin
  if told is null or told = '' then
    return null;
  end if;
  select * into strict keys from dovetail.seal;
  if encode(sha256(keys.outer_key || sha256(keys.inner_key || convert_to(told, 'UTF8'))), 'hex')
      is distinct from current_setting('dovetail.seal', true) then
    raise exception 'dovetail: the context is not sealed' using errcode = '42501';
  end if;
  context := told::jsonb;
  if (context ->> 'pid')::bigint is distinct from pg_backend_pid()
      or (context ->> 'at')::bigint
        is distinct from (extract(epoch from transaction_timestamp()) * 1000000)::bigint then
    raise exception 'dovetail: the context is another transaction''s' using errcode = '42501';
  end if;
  return context;
end
$$;

create or replace function dovetail.tenant() returns text
  language sql stable parallel restricted as $$ select dovetail.context() ->> 'tenant' $$;

create or replace function dovetail.principal() returns text
  language sql stable parallel restricted as $$ select dovetail.context() ->> 'user' $$;

create or replace function dovetail.has_role(name text) returns boolean
  language sql stable parallel restricted as $$ select coalesce(dovetail.context() -> 'roles' ? name, false) $$;

create or replace function dovetail.claims() returns jsonb
  language sql stable parallel restricted as $$ select dovetail.context() -> 'claims' $$;

-- a statement could become the login, which has no rights but may see and end what others run under it
revoke execute on function pg_catalog.pg_cancel_backend(int) from public;
revoke execute on function pg_catalog.pg_terminate_backend(int, bigint) from public;
grant execute on function pg_catalog.pg_cancel_backend(int) to pg_signal_backend;
grant execute on function pg_catalog.pg_terminate_backend(int, bigint) to pg_signal_backend;
alter role :"login" set track_activities = off;

commit;
