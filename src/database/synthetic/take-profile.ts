/**
 * A statement that answers a profile of the database as one JSON text: what the planner has
 * estimated, and of that only numbers. The most common values and the histograms, which hold values
 * of rows, are not read.
 */
export const profileStatement = `
  SELECT json_build_object('version', 1, 'tables', coalesce(json_object_agg(
           name, json_build_object('rows', rows, 'columns', columns) ORDER BY name), '{}'))::text AS profile
    FROM (
      SELECT format('%I.%I', n.nspname, c.relname) AS name,
             round(greatest(c.reltuples, 0))::bigint AS rows,
             coalesce((
               SELECT json_object_agg(s.attname, json_build_object(
                        'nullFraction', round(s.null_frac::numeric, 4),
                        'distinct', round(s.n_distinct::numeric, 4),
                        'averageBytes', s.avg_width) ORDER BY s.attname)
                 FROM (SELECT DISTINCT ON (attname) * FROM pg_stats
                        WHERE schemaname = n.nspname AND tablename = c.relname
                        ORDER BY attname, inherited DESC) s), '{}') AS columns
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND n.nspname NOT IN ('pg_catalog', 'information_schema')
         AND n.nspname NOT LIKE 'pg\\_t%'
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                            AND d.objid = c.oid AND d.deptype = 'e')
    ) tables`;
