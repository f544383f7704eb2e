"""Which head reads a model's outputs."""

from roadside.perception.heads.detr import DetrDeployHead, DetrSigmoidHead, DetrSoftmaxHead, RtdetrHead, RtdetrTopkHead
from roadside.perception.heads.head import Head
from roadside.perception.heads.own import RoadsideHead
from roadside.perception.heads.yolo import EndToEndHead, Yolov8Head, YoloxHead
from roadside.perception.manifest import HeadName, ModelManifest


def head_of(manifest: ModelManifest) -> Head:
    """Returns the reader of a model's outputs."""
    return head_named(manifest.head, manifest.input.width_px, manifest.input.height_px, len(manifest.classes))


def head_named(name: HeadName, width_px: int, height_px: int, class_count: int) -> Head:
    """Returns a reader of that name for a network with that input and that many classes."""
    match name:
        case "roadside":
            return RoadsideHead(class_count)
        case "yolox":
            return YoloxHead(width_px, height_px, class_count)
        case "yolov8":
            return Yolov8Head(class_count)
        case "end_to_end":
            return EndToEndHead(class_count)
        case "rtdetr":
            return RtdetrHead(width_px, height_px, class_count)
        case "rtdetr_topk":
            return RtdetrTopkHead(width_px, height_px, class_count)
        case "detr_sigmoid":
            return DetrSigmoidHead(width_px, height_px, class_count)
        case "detr_softmax":
            return DetrSoftmaxHead(width_px, height_px, class_count)
        case "detr_deploy":
            return DetrDeployHead(class_count)
