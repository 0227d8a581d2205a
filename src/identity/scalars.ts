import { DateTimeResolver } from 'graphql-scalars';
import { builder } from '../graph/builder.ts';

builder.addScalarType('DateTime', DateTimeResolver);
