-- Two roles, two duties. entrepot_owner owns every table and migrates; entrepot_app serves requests: it owns nothing,
-- creates nothing and never passes the wall. Safe to run again; a database administrator may run it by hand, in the
-- database that entrepot shall use, as a superuser or as a role that may create roles and owns the database.
do $$
begin
  if not exists (select from pg_roles where rolname = 'entrepot_owner') then
    create role entrepot_owner nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'entrepot_app') then
    create role entrepot_app nologin;
  end if;
exception
  -- Two nodes starting at once on a new server: the other one made them.
  when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
  if exists (
    select from pg_roles
     where rolname = 'entrepot_app'
       and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole)
  ) then
    raise exception 'role entrepot_app is superuser, bypasses row security or may create databases or roles: alter it first';
  end if;
  if pg_has_role('entrepot_app', 'entrepot_owner', 'member') and not (select rolsuper from pg_roles where rolname = 'entrepot_app') then
    raise exception 'role entrepot_app is a member of entrepot_owner: revoke that first';
  end if;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant entrepot_owner, entrepot_app to %I with set true, inherit false', current_user);
  end if;
  execute format('revoke create, temporary on database %I from public', current_database());
  execute format('grant connect, create, temporary on database %I to entrepot_owner', current_database());
  execute format('grant connect on database %I to entrepot_app', current_database());
end
$$;

revoke create on schema public from public;
grant usage, create on schema public to entrepot_owner;
grant usage on schema public to entrepot_app;
