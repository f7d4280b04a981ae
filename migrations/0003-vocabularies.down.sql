set local role loopwell_owner;
drop table hub.response_limit,
hub.bank_holiday,
hub.instrument_level,
hub.instrument_conversion,
hub.instrument_item,
hub.instrument,
hub.route_name,
hub.route,
hub.reason_code,
hub.reason_category,
hub.reason;
reset role;
