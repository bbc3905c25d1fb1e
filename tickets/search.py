"""The SQL functions of the search: Chinese text is cut into pairs of characters, so that a word of
two characters is found wherever it stands, with an index and without a dictionary.

Behind the pairs the stored text keeps the last character of every run, so that a single character is
found there too. A single character at either end of what is asked, as in 员8号, may be part of a longer
word in the text, and is not asked for.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

INSTALL = r"""
create function itsm_grams(t text) returns text language sql immutable parallel safe as $$
  select coalesce(string_agg(
    case when ascii(m[1]) < 13312 then m[1] else (
      select string_agg(substr(m[1], i, 2), ' ' order by i) from generate_series(1, greatest(length(m[1]) - 1, 1)) i
    ) end, ' ' order by place), '')
  from regexp_matches(
    lower(t), '([\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+(?:[-_.][a-z0-9]+)*)', 'g'
  ) with ordinality run(m, place) $$;
create function itsm_tails(t text) returns text language sql immutable parallel safe as $$
  select coalesce(string_agg(right(m[1], 1), ' '), '')
  from regexp_matches(t, '([\u3400-\u4dbf\u4e00-\u9fff]{2,})', 'g') m $$;
create function itsm_tsv(t text) returns tsvector language sql immutable parallel safe as $$
  select to_tsvector('simple', itsm_grams(t) || ' ' || itsm_tails(t)) $$;
create function itsm_asked(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(itsm_grams(t), '^[\u3400-\u4dbf\u4e00-\u9fff] | [\u3400-\u4dbf\u4e00-\u9fff]$', '', 'g') $$;
create function itsm_tsq(t text) returns tsquery language sql immutable parallel safe as $$
  select case when length(itsm_asked(t)) = 1 and ascii(itsm_asked(t)) >= 13312
    then to_tsquery('simple', itsm_asked(t) || ':*')
    else phraseto_tsquery('simple', itsm_asked(t)) end $$;
"""

REMOVE = "drop function itsm_tsq(text), itsm_asked(text), itsm_tsv(text), itsm_tails(text), itsm_grams(text);"

# The same functions with bodies that are bound when they are made. A body that is only text looks its
# names up when it runs, and finds none while a dump is restored: pg_restore runs with an empty search path.
BIND = r"""
create or replace function itsm_grams(t text) returns text language sql immutable parallel safe begin atomic
  select coalesce(string_agg(
    case when ascii(m[1]) < 13312 then m[1] else (
      select string_agg(substr(m[1], i, 2), ' ' order by i) from generate_series(1, greatest(length(m[1]) - 1, 1)) i
    ) end, ' ' order by place), '')
  from regexp_matches(
    lower(t), '([\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+(?:[-_.][a-z0-9]+)*)', 'g'
  ) with ordinality run(m, place);
end;
create or replace function itsm_tails(t text) returns text language sql immutable parallel safe begin atomic
  select coalesce(string_agg(right(m[1], 1), ' '), '')
  from regexp_matches(t, '([\u3400-\u4dbf\u4e00-\u9fff]{2,})', 'g') m;
end;
create or replace function itsm_tsv(t text) returns tsvector language sql immutable parallel safe
  return to_tsvector('simple', itsm_grams(t) || ' ' || itsm_tails(t));
create or replace function itsm_asked(t text) returns text language sql immutable parallel safe
  return regexp_replace(
    itsm_grams(t), '^[\u3400-\u4dbf\u4e00-\u9fff] | [\u3400-\u4dbf\u4e00-\u9fff]$', '', 'g');
create or replace function itsm_tsq(t text) returns tsquery language sql immutable parallel safe
  return case when length(itsm_asked(t)) = 1 and ascii(itsm_asked(t)) >= 13312
    then to_tsquery('simple', itsm_asked(t) || ':*')
    else phraseto_tsquery('simple', itsm_asked(t)) end;
"""


class Vector(models.Func):
    """The stored search column of the given texts."""

    function = "itsm_tsv"
    output_field = SearchVectorField()
