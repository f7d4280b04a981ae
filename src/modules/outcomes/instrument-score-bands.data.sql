-- From the score to the metric that may be compared (SWEMWBS: the table of Stewart-Brown and others, 2009), and from
-- the score, by its lowest value in the band, to a level.
insert into hub.instrument_conversion (instrument, version, score, converted)
values
  ('SWEMWBS', 1, 7, 7),
  ('SWEMWBS', 1, 8, 9.51),
  ('SWEMWBS', 1, 9, 11.25),
  ('SWEMWBS', 1, 10, 12.4),
  ('SWEMWBS', 1, 11, 13.33),
  ('SWEMWBS', 1, 12, 14.08),
  ('SWEMWBS', 1, 13, 14.75),
  ('SWEMWBS', 1, 14, 15.32),
  ('SWEMWBS', 1, 15, 15.84),
  ('SWEMWBS', 1, 16, 16.36),
  ('SWEMWBS', 1, 17, 16.88),
  ('SWEMWBS', 1, 18, 17.43),
  ('SWEMWBS', 1, 19, 17.98),
  ('SWEMWBS', 1, 20, 18.59),
  ('SWEMWBS', 1, 21, 19.25),
  ('SWEMWBS', 1, 22, 19.98),
  ('SWEMWBS', 1, 23, 20.73),
  ('SWEMWBS', 1, 24, 21.54),
  ('SWEMWBS', 1, 25, 22.35),
  ('SWEMWBS', 1, 26, 23.21),
  ('SWEMWBS', 1, 27, 24.11),
  ('SWEMWBS', 1, 28, 25.03),
  ('SWEMWBS', 1, 29, 26.02),
  ('SWEMWBS', 1, 30, 27.03),
  ('SWEMWBS', 1, 31, 28.13),
  ('SWEMWBS', 1, 32, 29.31),
  ('SWEMWBS', 1, 33, 30.7),
  ('SWEMWBS', 1, 34, 32.55),
  ('SWEMWBS', 1, 35, 35);

-- Levels.
insert into hub.instrument_level (instrument, version, from_score, label)
values
  ('DJG-11', 1, 0, 'Not lonely'),
  ('DJG-11', 1, 3, 'Moderately lonely'),
  ('DJG-11', 1, 9, 'Severely lonely'),
  ('DJG-11', 1, 11, 'Very severely lonely'),
  ('DJG-6', 1, 0, 'Not lonely'),
  ('DJG-6', 1, 2, 'Moderately lonely'),
  ('DJG-6', 1, 5, 'Severely lonely'),
  ('PAM', 1, 0, 'Level 1'),
  ('PAM', 1, 47.1, 'Level 2'),
  ('PAM', 1, 55.2, 'Level 3'),
  ('PAM', 1, 72.5, 'Level 4');
