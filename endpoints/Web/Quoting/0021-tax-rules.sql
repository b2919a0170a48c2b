-- What a country takes of a stay, on top of the price. A new version is a new row; quotes keep the version that made them.
create table web.tax_rules (
    country      text not null,
    version      int not null,
    jurisdiction text not null,
    basis_points int not null check (basis_points between 0 and 10000),
    taxed_parts  int not null,          -- 1 accommodation, 2 cleaning fee, 4 service fee, added up
    primary key (country, version)
);

insert into web.tax_rules (country, version, jurisdiction, basis_points, taxed_parts) values
    ('PT', 1, 'Portugal', 600, 3), ('DE', 1, 'Germany', 700, 3), ('US', 1, 'United States', 1200, 3), ('JP', 1, 'Japan', 1000, 3),
    ('FR', 1, 'France', 1000, 3), ('GB', 1, 'United Kingdom', 2000, 3), ('MX', 1, 'Mexico', 1600, 3), ('TH', 1, 'Thailand', 700, 3);
