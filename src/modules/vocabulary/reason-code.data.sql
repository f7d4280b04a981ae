-- The SNOMED CT map, by version. Only codes whose id and term a named source gives; none is made up, and a concept
-- without a source is left out. A row without `reason` is for every referral, whatever its reason.
insert into hub.reason_code (version, position, reason, code, term, source)
values
  (
    1,
    1,
    null,
    '871731000000106',
    'Referral to social prescribing service (procedure)',
    'socialrx.co.uk, Ardens and TPHC pages; cluster SOCPRESREF_COD'
  ),
  (1, 2, null, '871711000000103', 'Social prescribing declined (situation)', 'socialrx.co.uk and TPHC pages'),
  (1, 3, 'physical-inactivity', '390893007', 'Referral to physical activity program', 'Greater Manchester code set'),
  (
    1,
    4,
    'healthy-lifestyle-support-and-weight-reduction',
    '771491000000104',
    'Local authority weight management programme (referral), wording abbreviated',
    'Greater Manchester code set'
  ),
  (
    1,
    5,
    'healthy-lifestyle-support-and-weight-reduction',
    '837111000000105',
    'Residential weight management programme (referral), wording abbreviated',
    'Greater Manchester code set'
  );
