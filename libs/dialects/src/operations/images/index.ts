export * from './image-front';
export * from './image-wires';
export * from './images';
